/**
 * Where the project is published. Every public address that code, schemas or documents name begins
 * with it; nothing at run time asks for it.
 */
export const repositoryUrl = 'https://github.com/evenkeel/evenkeel';

/** `$id` of the policy file's schema, and where an editor finds it. */
export const policySchemaUrl = `${repositoryUrl}/raw/main/shared/policy/policy.schema.json`;
