import { parseCron, type CronExpression, type TickJobName } from "@tendril/jobs";
import { messageOf } from "@tendril/runtime";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";

import { isTaskName, timedTasks } from "./tasks.ts";

/** A timed task with the times at which the platform is to fire it. */
export type ScheduledTask = { task: TickJobName; schedule: string; fires: CronExpression };

export type CronFileFault = { line: number; message: string };

const keys = ["name", "url", "schedule"] as const;

/**
 * Reads cron.yaml more strictly than the platform does: its daemon refuses to start on a mistake, and the
 * deployment fails with it. All mistakes at once; the tasks are worth something only when there are none.
 */
export function readCronFile(text: string): { tasks: ScheduledTask[]; faults: CronFileFault[] } {
  const lines = new LineCounter();
  // The platform reads YAML 1.1: `on` is a boolean, `1:30` a number.
  const document = parseDocument(text, { lineCounter: lines, version: "1.1", prettyErrors: false });
  const faults: CronFileFault[] = [];
  const tasks: ScheduledTask[] = [];
  const lineAt = (offset = 0) => lines.linePos(offset).line;
  const fault = (node: unknown, message: string) => {
    const range = isNode(node) ? node.range : undefined;
    faults.push({ line: lineAt(range?.[0]), message });
  };

  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    const line = lineAt(pos[0]);
    const isBare = /:\s*\*/.test(text.split("\n")[line - 1] ?? "");
    const cure = isBare ? "what begins with * needs quotes" : message;
    faults.push({ line, message: `not YAML: ${cure}` });
  }
  if (faults.length > 0) return { tasks, faults };
  const top = document.contents;
  if (!isMap(top)) {
    fault(top, 'write "version: 1" and below it "cron:" with a list of tasks');
    return { tasks, faults };
  }
  onlyKeys(top.items, ["version", "cron"], fault);
  const version: unknown = top.get("version", true);
  if (!isScalar(version) || version.value !== 1 || version.source !== "1") {
    fault(version ?? top, "the version must be the integer 1: write version: 1");
  }
  const list: unknown = top.get("cron", true);
  if (!isSeq(list)) {
    fault(list ?? top, 'there is no list of tasks: write "cron:" and a "- name: …" below it');
    return { tasks, faults };
  }
  const seen = new Set<string>();
  for (const item of list.items) {
    const task = readTask(item, seen, fault);
    if (task) tasks.push(task);
  }
  for (const name of Object.keys(timedTasks)) {
    if (!seen.has(name))
      fault(list, `the task "${name}" has no entry: it would never fire; add one`);
  }
  return { tasks, faults };
}

type Fault = (node: unknown, message: string) => void;

function readTask(item: unknown, seen: Set<string>, fault: Fault): ScheduledTask | undefined {
  if (!isMap(item)) {
    fault(item, "a task is a map: write name, url and schedule");
    return undefined;
  }
  onlyKeys(item.items, keys, fault);
  const [name, url, schedule] = keys.map((key) => {
    const node = item.get(key, true);
    if (isScalar(node) && typeof node.value === "string") return { node, value: node.value };
    fault(node ?? item, `a task needs a ${key}, a text in quotes`);
    return undefined;
  });
  if (!name) return undefined;
  const task = isTaskName(name.value) ? name.value : undefined;
  if (!task) {
    const cure = "correct the name, or add its job to the catalogue and the task to tasks.ts";
    fault(name.node, `no job handles the task "${name.value}": ${cure}`);
  }
  if (seen.has(name.value)) {
    fault(name.node, `there are two tasks "${name.value}": the platform would forget the first`);
  }
  seen.add(name.value);
  if (url && url.value !== `/tasks/${name.value}`) {
    fault(url.node, `the url of "${name.value}" must be /tasks/${name.value}`);
  }
  if (!schedule) return undefined;
  try {
    const fires = parseCron(schedule.value);
    return task && { task, schedule: schedule.value, fires };
  } catch (error) {
    fault(schedule.node, `the schedule of "${name.value}": ${messageOf(error)}`);
    return undefined;
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "range" in value;

function onlyKeys(pairs: readonly Pair[], allowed: readonly string[], fault: Fault): void {
  for (const { key } of pairs) {
    const name = isScalar(key) ? String(key.value) : "?";
    if (!allowed.includes(name)) {
      fault(key, `"${name}" means nothing here: there are ${allowed.join(", ")}`);
    }
  }
}

/** One line for each mistake: where, what, and what to write instead. */
export function lintCronFile(text: string, file: string): string[] {
  return readCronFile(text)
    .faults.toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => `${file}:${line}: ${message}`);
}
