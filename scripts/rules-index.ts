/** Writes `docs/rules.md`, the index of all rules, from the registry. */
import { write } from './generated.ts';

await write('rules-index');
