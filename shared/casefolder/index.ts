export { caseArm } from './arm-client.ts';
export { listNotSaved } from './kubernetes-lists.ts';
export { FolderError } from './find.ts';
export { caseKubernetes } from './kubernetes-transport.ts';
export type { Case } from './open-case.ts';
export { openCases, type OpenedCases } from './open-cases.ts';
export { saveCommand, saveTogether } from './save-command.ts';
