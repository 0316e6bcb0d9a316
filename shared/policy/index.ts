export { applyPolicy } from './apply.ts';
export { policyJsonSchema } from './json-schema.ts';
export { policyLoader, type PolicySource } from './loader.ts';
export { faultLine, parsePolicy } from './parse.ts';
export {
  defaultPolicy,
  type Policy,
  type QuietHours,
  type SlackPolicy,
  type SlackRoute,
} from './policy.ts';
export { isScanned } from './scope.ts';
export { settingsFor } from './settings.ts';
export { tagNames } from './tag-names.ts';
