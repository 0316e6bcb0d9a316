import * as z from 'zod';
import type { ToolSource } from './source.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;

/** A typed tool: what goes in, what comes out, and nothing that it could change. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Of a name that it does not have nothing is guessed: the call is refused. */
  readonly input: z.ZodObject;
  readonly output: Shape;
  /** Whether it can be answered from a source like this. */
  readonly offered: (source: ToolSource) => boolean;
  /** The right that it takes in the deployed app. */
  readonly role: 'Report.Read' | 'Audit.Run';
  readonly run: (source: ToolSource, input: unknown) => Promise<Readonly<Record<string, unknown>>>;
}

type Values<S extends Shape> = z.infer<z.ZodObject<S>>;

/** A tool from functions with typed values: its input is parsed by its schema before each call. */
export function defineTool<const I extends Shape, const O extends Shape>(
  tool: Omit<Tool, 'input' | 'output' | 'run' | 'role' | 'offered'> & {
    readonly input: I;
    readonly output: O;
    readonly role?: Tool['role'];
    readonly offered?: Tool['offered'];
    readonly run: (source: ToolSource, input: Values<I>) => Promise<Values<O>>;
  },
): Tool {
  const schema = z.strictObject(tool.input);
  return {
    role: 'Report.Read',
    offered: () => true,
    ...tool,
    input: schema,
    run: async (source, input) => await tool.run(source, schema.parse(input)),
  };
}
