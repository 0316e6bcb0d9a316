import type { App } from './app.ts';

/**
 * What an app is working on, by a key of the caller's: who asks for the same meanwhile waits for the
 * same. Apps of one process have nothing in common; whoever puts something in takes it out again.
 */
export function underWay<T>(): (app: App) => Map<string, T> {
  const ofApps = new WeakMap<App, Map<string, T>>();
  return (app) => {
    const known = ofApps.get(app) ?? new Map<string, T>();
    ofApps.set(app, known);
    return known;
  };
}
