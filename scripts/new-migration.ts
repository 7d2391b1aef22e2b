import { readFile, writeFile } from "node:fs/promises";

const [name] = process.argv.slice(2);
if (name === "--help" || !name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  process.stderr.write(
    "Usage: npm run migration -- what-it-does   (kebab-case: add-bio-to-users)\n",
  );
  process.exitCode = name === "--help" ? 0 : 2;
} else {
  await create(name);
}

async function create(what: string): Promise<void> {
  const folder = new URL("../packages/database/src/migrations/", import.meta.url);
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const file = `${stamp}-${what}`;
  const variable = what.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  await writeFile(
    new URL(`${file}.ts`, folder),
    `import type { Migration } from "../migrate.ts";

export const ${variable}: Migration = {
  name: "${file}",
  up: (sql) => sql(\`\`),
  down: (sql) => sql(\`\`),
};
`,
    { flag: "wx" },
  );
  const index = new URL("index.ts", folder);
  const list = await readFile(index, "utf8");
  await writeFile(
    index,
    list
      .replace(
        "\n/** In the order",
        `import { ${variable} } from "./${file}.ts";\n\n/** In the order`,
      )
      .replace(/\n\];\n$/, `\n  ${variable},\n];\n`),
  );
  process.stdout.write(`packages/database/src/migrations/${file}.ts: fill in up and down.\n`);
}
