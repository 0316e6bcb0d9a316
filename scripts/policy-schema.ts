/** Writes the JSON Schema of the policy file from the one that the code checks with. */
import { write } from './generated.ts';

await write('policy-schema');
