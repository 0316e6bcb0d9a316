/** Writes `docs/rules.md`, the index of all rules, from the registry. */
import { writeFile } from 'node:fs/promises';
import { allRules } from '../shared/rules/index.ts';
import { indexPage } from './rules/index-page.ts';

const page = new URL('../docs/rules.md', import.meta.url);
await writeFile(page, indexPage(allRules.map(({ meta }) => meta)));
