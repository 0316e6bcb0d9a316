export { folderArm } from './arm-client.ts';
export { saveCommand } from './files.ts';
export { findCaseFolders, FolderError } from './find.ts';
export { folderKubernetes } from './kubernetes-transport.ts';
