export { stopShared as default } from './azurite.ts';
