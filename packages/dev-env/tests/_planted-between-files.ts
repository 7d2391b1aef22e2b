import {
  common,
  hook,
  savedWeb,
  savedWorker,
  scaling,
  web,
  webNginx,
  worker,
  type Planted,
} from "./_planted-places.ts";

export const contradictions: Planted[] = [
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
    `${common}/02-deployment.config`,
    "Timeout: '900'",
    "Timeout: '1800'",
    /may take 2220 s until it answers, and is ended before/,
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

export const wrongVariables: Planted[] = [
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

export const wrongPlatformFiles: Planted[] = [
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
  [
    "apps/worker/.elasticbeanstalk/config.yml",
    "default_region: eu-central-1",
    "default_region: null",
    /default_region "" is no region/,
  ],
  [savedWorker, "SQS/HTTP", "Standard", /EnvironmentTier Type of worker: write SQS\/HTTP/],
];
