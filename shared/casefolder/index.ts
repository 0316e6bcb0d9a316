export { folderArm } from './arm-client.ts';
export { fileNotSaved, saveCommand } from './files.ts';
export { findCaseFolders, FolderError } from './find.ts';
export { folderKubernetes } from './kubernetes-transport.ts';
