import { common, release, scaling, web, worker, type Planted } from "./_planted-places.ts";

export const wrongOptions: Planted[] = [
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

export const wrongYaml: Planted[] = [
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

export const wrongResources: Planted[] = [
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

export const wrongCommands: Planted[] = [
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
