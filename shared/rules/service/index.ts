import type { Rule } from '../rule.ts';
import { conflictingSourceRanges } from './conflicting-source-ranges.ts';
import { idleTimeoutInvalid } from './idle-timeout-invalid.ts';
import { internalAnnotationMisspelled } from './internal-annotation-misspelled.ts';
import { internalLocalGap } from './internal-local-gap.ts';
import { internalSubnetIgnored } from './internal-subnet-ignored.ts';
import { invalidSourceRange } from './invalid-source-range.ts';
import { noAddress } from './no-address.ts';
import { nodePortsDisabled } from './node-ports-disabled.ts';
import { portConflict } from './port-conflict.ts';
import { privateLinkUnsupported } from './private-link-unsupported.ts';
import { publicIpUnusable } from './public-ip-unusable.ts';
import { ruleDrift } from './rule-drift.ts';
import { syncFailed } from './sync-failed.ts';
import { unknownAnnotation } from './unknown-annotation.ts';
import { unsupportedProtocol } from './unsupported-protocol.ts';

export const serviceRules: readonly Rule[] = [
  conflictingSourceRanges,
  idleTimeoutInvalid,
  internalAnnotationMisspelled,
  internalLocalGap,
  internalSubnetIgnored,
  invalidSourceRange,
  noAddress,
  nodePortsDisabled,
  portConflict,
  privateLinkUnsupported,
  publicIpUnusable,
  ruleDrift,
  syncFailed,
  unknownAnnotation,
  unsupportedProtocol,
];
