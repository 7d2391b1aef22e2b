export const common = ".ebextensions/common";
export const web = ".ebextensions/web";
export const worker = ".ebextensions/worker";
export const savedWeb = "infrastructure/saved-configurations/web.cfg.yml";
export const savedWorker = "infrastructure/saved-configurations/worker.cfg.yml";
export const webNginx = ".platform/web/nginx/conf.d/elasticbeanstalk/00_application.conf";
export const hook = ".platform/common/hooks/predeploy/20-log-rate.sh";
export const scaling = `${web}/21-scaling.config`;
export const release = `${web}/24-release.config`;

/** File, what stands there, what somebody writes instead, and what is found. */
export type Planted = [file: string, right: string, wrong: string, says: RegExp];
