import { changePerson, findPerson, type PersonChange } from "@tendril/operations";
import type { Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../change.ts";
import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";

type Words = {
  description: string;
  question: (name: string) => string;
  done: (name: string) => string;
};

const changes: Record<PersonChange, Words> = {
  promote: {
    description: "makes somebody an operator, who sees /ops",
    question: (name) => `Make ${name} an operator?`,
    done: (name) => `${name} is an operator now.`,
  },
  demote: {
    description: "takes the role of an operator away",
    question: (name) => `Take the role of an operator from ${name}?`,
    done: (name) => `${name} is no operator any more.`,
  },
  suspend: {
    description:
      "ends somebody's sessions within a second, refuses sign-in, hides all that is theirs",
    question: (name) => `Suspend ${name}? Nobody will see their photos and comments.`,
    done: (name) => `${name} is suspended.`,
  },
  unsuspend: {
    description: "lets somebody back who was suspended",
    question: (name) => `Let ${name} back?`,
    done: (name) => `${name} is not suspended any more.`,
  },
};

const changeNames = ["promote", "demote", "suspend", "unsuspend"] as const;

export function userCommands(program: Command, open: OpenContext): void {
  const user = program.command("user").description("people: operators, and who is suspended");
  examples(user, [
    ['user promote ada --reason "on call"', "sees /ops from now on"],
    ['user suspend bob --reason "spam"', "is out within a second"],
  ]);
  for (const change of changeNames) changeCommand(user, open, change);
}

function changeCommand(user: Command, open: OpenContext, change: PersonChange): void {
  const { description, question, done } = changes[change];
  const command = changing(
    user.command(change).description(description).argument("<name>", "user name"),
  ).action(async (name: string, { reason, ...options }: ChangeOptions) => {
    const context = open();
    const operations = await context.operations();
    // Whoever is not there is said before anybody is asked.
    const { username } = await findPerson(operations, name);
    if (!(await agreed(context, options, question(username)))) return;
    const operator = await context.operator();
    const person = await changePerson(operations, operator, change, { name, reason });
    const { id, role, suspendedAt } = person;
    context.output.result({ id, username, role, suspendedAt }, () => [done(username)]);
  });
  examples(command, [[`user ${change} ada --reason "…"`, description]]);
}
