import v8 from 'node:v8';
import vm from 'node:vm';

/** In @types/node only `vm.Script` has it. */
interface Cacheable extends vm.SourceTextModule {
  createCachedData(): Buffer;
}

/** A process of jest runs many test files, each in a context of its own. */
export function prepareWorker(): void {
  keepCompiledModules();
  keepHeapFlags();
}

/** Jest compiles every module anew for each file: what one file compiled serves the next ones. */
function keepCompiledModules(): void {
  const { SourceTextModule } = vm;
  const kept = new Map<string, Buffer>();
  const compiled = (code: string, options?: vm.SourceTextModuleOptions): vm.SourceTextModule => {
    const cachedData = kept.get(code);
    if (cachedData !== undefined)
      try {
        return new SourceTextModule(code, { ...options, cachedData });
      } catch {
        // V8 takes back only what was compiled under the flags that are set now.
      }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the interface
    const module = new SourceTextModule(code, options) as Cacheable;
    kept.set(code, module.createCachedData());
    return module;
  };
  vm.SourceTextModule = new Proxy(SourceTextModule, {
    construct: (_, [code, options]: ConstructorParameters<typeof SourceTextModule>) =>
      compiled(code, options),
  });
}

/** The product keeps the heap of its own process small; of all tests after it, this would take a tenth of the time. */
function keepHeapFlags(): void {
  const { setFlagsFromString } = v8;
  v8.setFlagsFromString = (flags) => {
    if (!/heap-growing-percent|semi-space/u.test(flags)) setFlagsFromString(flags);
  };
}
