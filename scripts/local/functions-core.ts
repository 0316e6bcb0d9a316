import { randomUUID } from 'node:crypto';
import Module from 'node:module';

/**
 * Stands in for the part of the Azure Functions host that the library `@azure/functions` talks to.
 * It runs the app's own registrations and handlers; it is no Functions host: no scaling, no leases,
 * no keys. The library reaches it by `require('@azure/functions-core')` alone.
 */

export interface Binding {
  readonly name?: string;
  readonly type: string;
  readonly direction: string;
  readonly [option: string]: unknown;
}

export interface LocalFunction {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly trigger: Binding & { readonly name: string };
  readonly callback: (...args: unknown[]) => unknown;
}

/** What the library hands to the host after an invocation. */
export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
}

export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
}

export interface HttpData {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: TypedData;
  readonly [field: string]: unknown;
}

interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

interface ProgrammingModel {
  getInvocationModel(context: object): InvocationModel;
  getCapabilities(capabilities: object): Promise<object>;
}

export type LogLine = (level: string, functionName: string, message: string) => void;

export interface LocalApp {
  readonly functions: readonly LocalFunction[];
  /** @throws what the handler throws. */
  readonly invoke: (
    called: LocalFunction,
    data: TypedData | { readonly http: object },
    triggerMetadata?: Readonly<Record<string, TypedData>>,
  ) => Promise<InvocationResponse>;
}

/** Collects what an app registers while `load` loads its entry point, which `main` in package.json names. */
export async function loadApp(load: () => Promise<unknown>, log: LogLine): Promise<LocalApp> {
  const functions: LocalFunction[] = [];
  let model: ProgrammingModel | undefined;
  const core = {
    version: '3.13.0',
    hostVersion: '4.1052.200',
    Disposable: LocalDisposable,
    setProgrammingModel: (given: ProgrammingModel) => (model = given),
    getProgrammingModel: () => model,
    registerFunction(
      { name, bindings }: Pick<LocalFunction, 'name' | 'bindings'>,
      callback: LocalFunction['callback'],
    ) {
      if (functions.some((each) => each.name === name))
        throw new Error(`two functions are called ${name}`);
      const [trigger] = Object.entries(bindings).filter(([, each]) => /trigger$/iu.test(each.type));
      if (trigger === undefined) throw new Error(`function ${name} has no trigger`);
      functions.push({ name, bindings, callback, trigger: { ...trigger[1], name: trigger[0] } });
      return new LocalDisposable();
    },
    registerHook: () => new LocalDisposable(),
    log: (level: string, _category: string, message: string) => log(level, '', message),
  };
  serveCore(core);
  await load();
  await model?.getCapabilities({});
  return {
    functions: functions.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    async invoke(called, data, triggerMetadata = {}) {
      if (model === undefined) throw new Error('the app has set no programming model');
      const invocationId = randomUUID();
      const invocation = model.getInvocationModel({
        invocationId,
        metadata: { name: called.name, bindings: called.bindings },
        request: {
          invocationId,
          inputData: [{ name: called.trigger.name, data }],
          triggerMetadata,
        },
        log: (level: string, _category: string, message: string) =>
          log(level, called.name, message),
        state: undefined,
      });
      const { context, inputs } = await invocation.getArguments();
      const result = await invocation.invokeFunction(context, inputs, called.callback);
      return await invocation.getResponse(context, result);
    },
  };
}

class LocalDisposable {
  dispose(): void {}
}

const requireHook = '_load';

/** Answers `require('@azure/functions-core')` from anywhere in this process, as the Node worker does. */
function serveCore(core: object): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loader hook has no type
  const loader = Module as unknown as {
    [requireHook]: (request: string, ...rest: unknown[]) => unknown;
  };
  const ordinary = loader[requireHook];
  loader[requireHook] = (request, ...rest) =>
    request === '@azure/functions-core' ? core : ordinary.call(loader, request, ...rest);
}
