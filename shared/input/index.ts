export {
  clientOptions,
  keepRules,
  ofSubscription,
  codeOfArm,
  reasonOfArm,
  sourceOf,
  type ArmAccess,
  type ArmCredential,
  type KubeconfigAnswer,
} from './arm-access.ts';
export { isCutShort } from './arm-check.ts';
export { projectResource } from './arm-project.ts';
export { restoreResource } from './arm-restore.ts';
export { armShapes, listOfCluster, listOfPath, type ShapeFields } from './arm-shapes.ts';
export { readRows } from './arm-rows.ts';
export { armAnswers, ArmError, offsetHeader, sourceHeader } from './arm-answers.ts';
export { queryAnswers } from './query-answers.ts';
export { Cursor, isObject } from './cursor.ts';
export {
  BodyError,
  TooLargeError,
  maxDepth,
  parseJson,
  parseList,
  readCapped,
  bodyTextOf,
  type BodyBytes,
} from './json.ts';
export { printableLine, Problems, type InputFaults } from './problems.ts';
