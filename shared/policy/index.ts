export { applyPolicy, type PolicyFacts } from './apply.ts';
export type { PolicyFault } from './document.ts';
export { expiredExemptions } from './exemptions.ts';
export { policyJsonSchema } from './json-schema.ts';
export { policyKeeper, type PolicyInForce, type PolicySource } from './keeper.ts';
export { faultLine, parsePolicy, type ParsedPolicy } from './parse.ts';
export {
  defaultPolicy,
  type Exemption,
  type Owner,
  type Policy,
  type QuietHours,
  type SlackPolicy,
  type SlackRoute,
} from './policy.ts';
export { isScanned, type ClusterFacts } from './scope.ts';
export { settingsFor } from './settings.ts';
