import { constants, createContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { prepareWorker } from './worker.ts';

prepareWorker();

/** Jest keeps these of the context that it made; all else of that context's globals is taken over. */
const ofTheContext: readonly (string | symbol)[] = [
  'global',
  Symbol.for('jest-native-promise'),
  Symbol.for('jest-native-now'),
];
/** Classes that Node's own modules make and take: tests have the same ones. */
const shared: readonly (string | symbol)[] = ['ArrayBuffer', 'Uint8Array'];

/**
 * Jest's environment of Node in a context whose globals are plain properties. In jest's own a proxy
 * is asked for each global that code names (`Math`, `Map`, `URL`), so that V8 cannot optimise it.
 */
export default class PlainEnvironment extends TestEnvironment {
  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    super(...given);
    const made = this.global;
    const global = createContext(constants.DONT_CONTEXTIFY) as typeof made;
    for (const name of Reflect.ownKeys(made)) {
      if (ofTheContext.includes(name) || (Object.hasOwn(global, name) && !shared.includes(name)))
        continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(made, name);
      if (descriptor !== undefined) define(global, name, descriptor);
    }
    const { Promise: promise, Date: date } = global;
    Object.assign(global, { global });
    define(global, Symbol.for('jest-native-promise'), { value: promise });
    define(global, Symbol.for('jest-native-now'), { value: date.now.bind(date) });
    global.Error.stackTraceLimit = 100;
    this.global = global;
    this.context = global;
    if (this.moduleMocker !== null)
      this.moduleMocker = Reflect.construct(this.moduleMocker.constructor, [global]);
  }
}

/** What Node makes when it is first asked for stays as it was made. */
function define(global: object, name: string | symbol, descriptor: PropertyDescriptor): void {
  const { configurable = false, enumerable = false } = descriptor;
  if ('value' in descriptor || !configurable) {
    Object.defineProperty(global, name, descriptor);
    return;
  }
  const keep = (value: unknown): unknown => {
    Object.defineProperty(global, name, { value, configurable, enumerable, writable: true });
    return value;
  };
  Object.defineProperty(global, name, {
    configurable,
    enumerable,
    get: () => keep(Reflect.get(globalThis, name)),
    set: keep,
  });
}
