/** `npm run new-rule -- FAMILY STEM`: the files of a new rule, in the registry from the start. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { RequestError, parseRuleName } from './rules/name.ts';
import { writeRule } from './rules/write-rule.ts';

const root = path.resolve(import.meta.dirname, '..');

try {
  const name = parseRuleName(process.argv.slice(2));
  const files = await writeRule(root, name);
  // What is made from the registry: the index of the pages, and the rule ids that a policy file may name.
  const generated = path.join(import.meta.dirname, 'generated.ts');
  for (const command of ['rules-index', 'policy-schema'])
    execFileSync(process.execPath, [generated, command], { stdio: 'inherit' });
  const id = `${name.family}/${name.stem}`;
  process.stdout.write(`${files.map((file) => `wrote ${file}\n`).join('')}
Next: write the rows of the test, then the rule, then the page: replace every "Say here".
${id} needs its row in test/rules/catalogue.ts, and \`npm run rules-index\` once its title is there.
`);
} catch (error) {
  if (!(error instanceof RequestError)) throw error;
  process.stderr.write(`new-rule: ${error.message}\n`);
  process.exitCode = 2;
}
