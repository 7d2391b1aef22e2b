/**
 * The part of CloudWatch's metric math that alarms on scaling use: numbers, ids, `+ - * /`, comparisons, AND, OR,
 * IF, FILL, MAX, MIN, SUM, AVG. A value that is missing stays missing, until FILL gives one.
 */
export type Value = number | undefined;
export type Lookup = (id: string) => Value;
export type Expression = {
  evaluate(lookup: Lookup): Value;
  /** What it names, in order of appearance. */
  ids: readonly string[];
};

type Evaluate = (lookup: Lookup) => Value;

export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const ids = new Set<string>();
  let at = 0;
  const peek = () => tokens[at];
  const take = () => tokens[at++];
  const accept = (token: string) => peek() === token && take() !== undefined;
  const demand = (token: string) => {
    if (!accept(token)) throw unreadable(`${token} expected, not ${peek() ?? "its end"}`);
  };
  const unreadable = (why: string) => new Error(`The expression "${text}" cannot be read: ${why}`);

  /** Operators of one strength, from left to right. */
  const chain = (operators: readonly string[], operand: () => Evaluate) => (): Evaluate => {
    let left = operand();
    for (let token = peek(); token && operators.includes(token); token = peek()) {
      const apply = binary[String(take())];
      const [before, after] = [left, operand()];
      left = (lookup) => {
        const [a, b] = [before(lookup), after(lookup)];
        return a === undefined || b === undefined ? undefined : apply?.(a, b);
      };
    }
    return left;
  };
  const primary = (): Evaluate => {
    const token = take();
    if (token === undefined) throw unreadable("it ends too early");
    if (token === "(") {
      const inner = expression();
      demand(")");
      return inner;
    }
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (!/^[a-z]/i.test(token)) throw unreadable(`${token} has no place there`);
    if (accept("(")) return call(token);
    ids.add(token);
    return (lookup) => lookup(token);
  };
  const call = (name: string): Evaluate => {
    const apply = functions[name];
    if (!apply) throw unreadable(`${name} is not among ${Object.keys(functions).join(", ")}`);
    const list = accept("[");
    const given = [expression()];
    while (accept(",")) given.push(expression());
    if (list) demand("]");
    demand(")");
    return (lookup) => apply(given.map((evaluate) => evaluate(lookup)));
  };
  const product = chain(["*", "/"], primary);
  const sum = chain(["+", "-"], product);
  const comparison = chain(["<", "<=", ">", ">=", "==", "!="], sum);
  const both = chain(["AND", "&&"], comparison);
  const either = chain(["OR", "||"], both);
  const expression = (): Evaluate => either();

  const evaluate = expression();
  if (at < tokens.length) throw unreadable(`nothing is understood from ${peek()} on`);
  return { evaluate, ids: [...ids] };
}

function tokensOf(text: string): string[] {
  const token = /\s*(\d+(?:\.\d+)?|\w+|<=|>=|==|!=|&&|\|\||\S)/g;
  return [...text.matchAll(token)].map(([, found = ""]) => found);
}

const truth = (is: boolean) => (is ? 1 : 0);

const binary: Readonly<Record<string, (a: number, b: number) => Value>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  // A point that cannot be computed is none.
  "/": (a, b) => (b === 0 ? undefined : a / b),
  "<": (a, b) => truth(a < b),
  "<=": (a, b) => truth(a <= b),
  ">": (a, b) => truth(a > b),
  ">=": (a, b) => truth(a >= b),
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  "&&": (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
  "||": (a, b) => truth(a !== 0 || b !== 0),
};

const ofThose =
  (reduce: (values: number[]) => number) =>
  (values: readonly Value[]): Value => {
    const present = values.filter((value) => value !== undefined);
    return present.length === 0 ? undefined : reduce(present);
  };
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

const functions: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  IF: ([condition, then, otherwise]) =>
    condition === undefined ? undefined : condition !== 0 ? then : otherwise,
  FILL: ([value, instead]) => value ?? instead,
  MAX: ofThose((values) => Math.max(...values)),
  MIN: ofThose((values) => Math.min(...values)),
  SUM: ofThose(total),
  AVG: ofThose((values) => total(values) / values.length),
};
