export { clientOptions, reasonOfArm, type ArmAccess, type ArmCredential } from './arm-access.ts';
export { ArmError, armAnswers, sourceHeader } from './arm-answers.ts';
export { Cursor, isObject } from './cursor.ts';
export { BodyError, maxDepth, parseJson, readCapped } from './json.ts';
export { Problems } from './problems.ts';
