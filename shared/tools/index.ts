export { toolServer, type ToolServerOptions } from './server.ts';
export { ToolError, type ToolSource } from './source.ts';
export type { Tool } from './tool.ts';
