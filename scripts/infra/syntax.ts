export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The part of Bicep that `infra/` is written in, as a tree. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** `'a ${x} b'`: texts, with an expression between each two. */
  | {
      readonly kind: 'text';
      readonly texts: readonly string[];
      readonly parts: readonly Expression[];
    }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression }
  /** `!a`, `a && b`, `a ? b : c`, by the name that ARM has for it. */
  | { readonly kind: 'operator'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'object'; readonly fields: readonly Field[] }
  | { readonly kind: 'array'; readonly items: readonly Expression[] };

export interface Field {
  readonly name: Expression;
  readonly value: Expression;
}

export interface Decorator {
  readonly name: string;
  readonly args: readonly Expression[];
}

interface Declared {
  readonly name: string;
  readonly decorators: readonly Decorator[];
}

/** A resource or a module, alone, under a condition, or once for each item of a list. */
export interface Body {
  readonly fields: readonly Field[];
  readonly condition?: Expression;
  readonly loop?: { readonly item: string; readonly list: Expression };
}

export type Statement =
  | { readonly kind: 'targetScope'; readonly value: string }
  | (Declared & { readonly kind: 'param'; readonly type: string; readonly value?: Expression })
  | (Declared & { readonly kind: 'var'; readonly value: Expression })
  | (Declared & { readonly kind: 'output'; readonly type: string; readonly value: Expression })
  | (Declared & {
      readonly kind: 'resource';
      readonly type: string;
      readonly apiVersion: string;
      readonly existing: boolean;
      readonly body: Body;
    })
  | (Declared & { readonly kind: 'module'; readonly file: string; readonly body: Body });
