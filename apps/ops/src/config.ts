import { userInfo } from "node:os";

import {
  checkDatabase,
  databaseConfig,
  databaseVariables,
  type DatabaseConfig,
} from "@tendril/database";
import { queueConfig, queueVariables, type QueueConfig } from "@tendril/jobs";
import { readEnvironment, variable, type Environment } from "@tendril/runtime";

/** Where this process finds its settings; nothing else reads them. */
export const environment: Environment = process.env;

/** What installs it on an instance calls it like this. */
export const programName = "tendril-ops";

/** Who sits at the shell, and where. */
const shellVariables = {
  SUDO_USER: variable.text().optional(),
  USER: variable.text().optional(),
  LOGNAME: variable.text().optional(),
  EDITOR: variable.text().default("vi"),
  VISUAL: variable.text().optional(),
  INSTANCE_ID: variable.text().optional(),
};

export type ShellConfig = {
  /** As the shell knows them: whoever called sudo, not root. */
  user: string;
  editor: string;
  instanceId: string | undefined;
};

export function readShellConfig(environment: Environment): ShellConfig {
  const values = readEnvironment(environment, shellVariables);
  return {
    user: values.SUDO_USER ?? values.USER ?? values.LOGNAME ?? userInfo().username,
    editor: values.VISUAL ?? values.EDITOR,
    instanceId: values.INSTANCE_ID,
  };
}

/** Apart from the database's: raw queue commands have to work without one. */
export function readQueueConfig(environment: Environment): QueueConfig {
  return queueConfig(readEnvironment(environment, queueVariables));
}

export function readDatabaseConfig(environment: Environment): DatabaseConfig {
  const variables = { ...databaseVariables, PUBLIC_URL: variable.url().optional() };
  const secure = (url: string | undefined) => url?.startsWith("https:") ?? false;
  return databaseConfig(
    readEnvironment(environment, variables, (values) =>
      checkDatabase(values, secure(values.PUBLIC_URL)),
    ),
  );
}
