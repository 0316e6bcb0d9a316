export { caseArm } from './arm-client.ts';
export { FolderError } from './find.ts';
export { caseKubernetes } from './kubernetes-transport.ts';
export type { Case } from './open-case.ts';
export { openCases, type OpenedCases } from './open-cases.ts';
export { saveCommand } from './save-command.ts';
