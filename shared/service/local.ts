/** What the local runner needs of the built app, beside its functions. No function imports it. */
export { previewText } from '../notify/index.ts';
export { newestReport } from './newest-report.ts';
export type { AppContext } from './app-context.ts';
export { createApp, type App } from './app.ts';
