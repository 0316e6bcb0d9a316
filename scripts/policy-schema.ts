/** Writes the JSON Schema of the policy file from the one that the code checks with. */
import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { policyJsonSchema } from '../shared/policy/index.ts';
import { allRules } from '../shared/rules/index.ts';

const file = new URL('../shared/policy/policy.schema.json', import.meta.url);
const schema = policyJsonSchema(allRules.map((rule) => rule.meta.id));
await writeFile(file, await format(JSON.stringify(schema), { parser: 'json', printWidth: 100 }));
