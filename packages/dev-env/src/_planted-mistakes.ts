const common = ".ebextensions/common";
const web = ".ebextensions/web";
const worker = ".ebextensions/worker";
const savedWeb = "infrastructure/saved-configurations/web.cfg.yml";
const savedWorker = "infrastructure/saved-configurations/worker.cfg.yml";
const webNginx = ".platform/web/nginx/conf.d/elasticbeanstalk/00_application.conf";
export const hook = ".platform/common/hooks/predeploy/20-log-rate.sh";
export const scaling = `${web}/21-scaling.config`;
export const release = `${web}/24-release.config`;

/** File, what stands there, what somebody writes instead, and what is found. */
export type Planted = [file: string, right: string, wrong: string, says: RegExp];

const wrongOptions: Planted[] = [
  [`${common}/05-instances.config`, "DisableIMDSv1", "DisableIMDSv3", /did you mean DisableIMDSv1/],
  [scaling, "aws:autoscaling:asg:", "aws:autoscaling:group:", /no namespace aws:autoscaling:group/],
  [scaling, "MaxSize: '6'", "MaxSize: many", /MaxSize is "many": write a whole number/],
  [scaling, "Cooldown: '300'", "Cooldown: '90000'", /Cooldown is "90000": write from 0 to 10000/],
  [`${common}/02-deployment.config`, "RollingWithAdditionalBatch", "rolling", /write AllAtOnce or/],
  [`${common}/02-deployment.config`, "PT30M", "30M", /write a duration like PT30M/],
  [`${common}/02-deployment.config`, "PT30M", "PT2H", /write from PT5M to PT1H/],
  [
    `${common}/03-health.config`,
    '{"Version": 1,',
    '{"Version": 1',
    /ConfigDocument is .*write JSON/,
  ],
  [`${common}/05-instances.config`, "1 minute", "1 minutes", /write 1 minute or 5 minute/],
  [
    `${common}/01-environment.config`,
    "aws:elasticbeanstalk:application:environment:",
    "aws:elasticbeanstalk:container:nodejs:\n    NodeCommand: node main.js\n  aws:elasticbeanstalk:application:environment:",
    /Use Procfile/,
  ],
  [
    `${worker}/20-queue-daemon.config`,
    "option_settings:",
    "option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: '60'",
    /IdleTimeout has no effect on a worker environment/,
  ],
  [
    `${common}/04-logs.config`,
    "option_settings:",
    "option_settings:\n  aws:elasticbeanstalk:control:\n    LaunchTimeout: '5'",
    /is not for us: .*do not set/,
  ],
];

const wrongYaml: Planted[] = [
  [scaling, "    MinSize", "\tMinSize", /a tab in YAML: indent with spaces/],
  [scaling, "Resources:", "option_settings:\n  a: {}\n\nResources:", /a second time/],
  [scaling, "MinSize: '2'", "MinSize: '2'\n    MinSize: '3'", /a second time/],
  [`${common}/06-platform-updates.config`, "'Tue:09:00'", "09:00", /reads 09:00 as the number 540/],
  [`${common}/04-logs.config`, "StreamLogs: 'true'", "StreamLogs: on", /reads on as true/],
  [`${common}/04-logs.config`, "RetentionInDays: '30'", "RetentionInDays:", /has no value/],
  [scaling, "Threshold: 0.5", "Threshold: !Ref Limit", /short tag !Ref/],
  [
    release,
    "container_commands",
    "container_command",
    /means nothing in this file, which is ignored/,
  ],
  [scaling, "aws:autoscaling:asg:", "aws:autoscaling:asg: &size", /an anchor or alias/],
  [`${common}/04-logs.config`, "option_settings:", "option_settings:\n- {", /not YAML/],
];

const wrongResources: Planted[] = [
  [
    `${common}/01-environment.config`,
    '"AWS::Region"}`',
    '"AWS::Region"}',
    /a backtick without its other one/,
  ],
  [
    scaling,
    "AWSEBCloudwatchAlarmLow",
    "AWSEBCloudWatchAlarmLow",
    /did you mean AWSEBCloudwatchAlarmLow/,
  ],
  [
    `${worker}/21-scaling.config`,
    "AutoScalingGroupName: {Ref: AWSEBAutoScalingGroup}",
    "AutoScalingGroupName: {Ref: AWSEBAutoscaleGroup}",
    /no resource AWSEBAutoscaleGroup: did you mean AWSEBAutoScalingGroup/,
  ],
  [
    `${worker}/21-scaling.config`,
    '{"Fn::Join": ["-"',
    '{"Fn::Sub": ["-"',
    /Fn::Sub is not understood/,
  ],
  [
    `${worker}/21-scaling.config`,
    "OptionName: QUEUE_PREFIX, D",
    "Option: QUEUE_PREFIX, D",
    /"Option" means/,
  ],
  [
    `${web}/23-load-balancer.config`,
    "V2::Listener\n",
    "V2::Rule\n",
    /Listener is no AWS::ElasticLoad/,
  ],
  [
    `${common}/01-environment.config`,
    '{"Ref": "AWS::Region"}',
    '{"Ref": "Region"}',
    /no resource Region/,
  ],
  [
    `${common}/01-environment.config`,
    '`{"Ref": "AWS::Region"}`',
    "`AWS::Region`",
    /no function between/,
  ],
];

const wrongCommands: Planted[] = [
  [
    release,
    "command: node src/migrate.js",
    "comand: node src/migrate.js",
    /"comand" means nothing/,
  ],
  [release, "leader_only: true", "leader_only: 'true'", /neither true nor false/],
  [
    release,
    "leader_only: true",
    "leader_only: true\n    test: '[ -f x ]'",
    /has test and leader_only/,
  ],
  [
    release,
    "container_commands:",
    "commands:",
    /"leader_only" means nothing in an entry of commands/,
  ],
  [
    release,
    "container_commands:",
    "files:\n  /etc/motd:\n    mode: 644\n    content: hello\ncontainer_commands:",
    /mode of \/etc\/motd is not six digits/,
  ],
];

const contradictions: Planted[] = [
  [
    `${common}/02-deployment.config`,
    "BatchSize: '1'",
    "BatchSize: '10'",
    /a batch of 10 is more than 6/,
  ],
  [
    `${common}/02-deployment.config`,
    "RollingWithAdditionalBatch",
    "TrafficSplitting",
    /TrafficSplitting needs/,
  ],
  [
    `${common}/03-health.config`,
    "SystemType: enhanced",
    "SystemType: basic",
    /need enhanced health/,
  ],
  [
    `${common}/06-platform-updates.config`,
    "Enabled: 'true'",
    "Enabled: 'false'",
    /described, and not enabled/,
  ],
  [savedWeb, "SSLCertificateArns:", "SSLPolicies:", /HTTPS without a certificate/],
  [
    savedWeb,
    "  aws:ec2:vpc:",
    "  aws:elb:loadbalancer:\n    CrossZone: true\n  aws:ec2:vpc:",
    /aws:elb:loadbalancer is for classic load balancers/,
  ],
  [
    `${worker}/21-scaling.config`,
    "option_settings:\n",
    "option_settings:\n  aws:autoscaling:trigger:\n    MeasureName: Latency\n    Unit: Seconds\n",
    /Latency needs a load balancer: a worker has none/,
  ],
  [scaling, "MinSize: '2'", "MinSize: '7'", /MinSize \(7\) is not at most MaxSize \(6\)/],
  [scaling, "BreachDuration: '1'", "BreachDuration: '5'", /Period × EvaluationPeriods 1: write 1/],
  [scaling, "Unit: Seconds", "Unit: Percent", /not counted in that Unit: write Unit: Seconds/],
  [
    scaling,
    "MinInstancesInService: '2'",
    "MinInstancesInService: '6'",
    /6 instances in service of 6/,
  ],
  [`${common}/06-platform-updates.config`, "    UpdateLevel: minor\n", "", /have no level|hold no/],
  [
    `${web}/22-health-check.config`,
    "HealthCheckInterval: '10'",
    "HealthCheckInterval: '5'",
    /not below/,
  ],
  [
    `${worker}/20-queue-daemon.config`,
    "InactivityTimeout: '30'",
    "InactivityTimeout: '60'",
    /InactivityTimeout \(60\) is not below VisibilityTimeout \(60\)/,
  ],
  [
    savedWeb,
    "EnvironmentType: LoadBalanced",
    'EnvironmentType: LoadBalanced\n  aws:autoscaling:asg:\n    MaxSize: "9"',
    /aws:autoscaling:asg MaxSize stands in .*21-scaling\.config, too: this one would win/,
  ],
  [
    scaling,
    "aws:autoscaling:asg:",
    "aws:elasticbeanstalk:environment:\n    LoadBalancerType: application\n  aws:autoscaling:asg:",
    /LoadBalancerType is read only at creation/,
  ],
  [
    `${web}/20-environment.config`,
    "TRUSTED_PROXIES: '2'",
    "TRUSTED_PROXIES: '2'\n    PORT: '80'",
    /stands in .*01-env/,
  ],
];

const wrongVariables: Planted[] = [
  [
    `${common}/01-environment.config`,
    "UPLOAD_MAX_BYTES",
    "UPLOAD_MAX_SIZE",
    /web never reads UPLOAD_MAX_SIZE/,
  ],
  [
    `${web}/20-environment.config`,
    "TRUSTED_PROXIES: '2'",
    "TRUSTED_PROXIES: all",
    /does not take TRUSTED_PROXIES="all"/,
  ],
  [
    savedWeb,
    '    PHOTO_BUCKET: "{{PhotoBucket}}"\n',
    "",
    /web does not start: PHOTO_BUCKET is missing/,
  ],
  [
    `${common}/01-environment.config`,
    "RDS_CA: certificates/rds.pem",
    "LOG_LEVEL: info",
    /web does not start: RDS_CA is missing: under https/,
  ],
  [
    savedWorker,
    '    VAPID_SUBJECT: "{{VapidSubject}}"\n',
    "",
    /worker does not start: VAPID_SUBJECT is missing/,
  ],
  [
    savedWorker,
    '    TOKEN_SECRETS: "{{TokenSecrets}}"',
    '    TOKEN_SECRETS: "my secret"',
    /TOKEN_SECRETS is "my secret": write a text like \^arn/,
  ],
  [
    savedWeb,
    "    PHOTO_BUCKET:",
    "    SESSION_SECRETS: abc\n    PHOTO_BUCKET:",
    /readable by everybody: move it to/,
  ],
  [savedWeb, "{{PhotoBucket}}", "x".repeat(4_000), /variables have about \d+ bytes/],
];

const wrongPlatformFiles: Planted[] = [
  [hook, "#!/bin/bash\n", "", /has no first line #!/],
  [hook, "mkdir -p", "if mkdir -p", /bash does not understand/],
  [
    ".platform/common/hooks/predeploy/10-stop-time.sh",
    "=30",
    "=90",
    /differs from .*hooks\/predeploy/,
  ],
  [webNginx, "gzip_vary on;", "gzip_vari on;", /nginx refuses: unknown directive "gzip_vari"/],
  [
    webNginx,
    "location / {",
    "gzip on;\nlocation / {",
    /nginx refuses: "gzip" directive is duplicate/,
  ],
  [webNginx, "keepalive_timeout 75s", "keepalive_timeout 50s", /write more than 60s/],
  [webNginx, "2510m", "25m", /100 files of 26214400 bytes do not come through/],
  [webNginx, "gzip off;", "gzip off;\n        access_log off;", /health is read from the log/],
  [
    ".platform/web/nginx/conf.d/tendril.conf",
    "8080",
    "3000",
    /the app listens on 8080, not on 3000/,
  ],
  ["apps/worker/cron.yaml", "version: 1\n", "version: 2\n", /must be the integer 1/],
  [
    "apps/web/.elasticbeanstalk/config.yml",
    "dist/web.zip",
    "dist/worker.zip",
    /write \.\.\/\.\.\/dist\/web\.zip/,
  ],
  [savedWorker, "SQS/HTTP", "Standard", /EnvironmentTier Type of worker: write SQS\/HTTP/],
];

/** By kind. */
export const planted: [kind: string, mistakes: Planted[]][] = [
  ["an option", wrongOptions],
  ["YAML", wrongYaml],
  ["a resource", wrongResources],
  ["a command", wrongCommands],
  ["options together", contradictions],
  ["a variable", wrongVariables],
  ["a platform file", wrongPlatformFiles],
];
