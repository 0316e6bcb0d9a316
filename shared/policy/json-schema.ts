import * as z from 'zod';
import { policySchemaUrl } from '../model/addresses.ts';
import { policySchema } from './schema.ts';

/** The policy file as JSON Schema 2020-12, for editors and other tools. */
export function policyJsonSchema(ruleIds: readonly string[]): z.core.JSONSchema.BaseSchema {
  return {
    $id: policySchemaUrl,
    title: 'Evenkeel policy, version 1',
    ...z.toJSONSchema(policySchema(ruleIds), { io: 'input', target: 'draft-2020-12' }),
  };
}
