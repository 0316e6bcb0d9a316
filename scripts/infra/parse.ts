import type { Body, Decorator, Expression, Field, Statement } from './syntax.ts';
import { tokensOf, type Token } from './tokens.ts';

/** Reads a Bicep file. @throws Error with file and line for whatever is not of the part that is known here. */
export function parseBicep(source: string, file: string): readonly Statement[] {
  const parser = new Parser(tokensOf(source, file), file);
  return parser.statements();
}

/** Binary operators from the loosest to the tightest, and ARM's function for each. */
const operators: readonly (readonly (readonly [string, string])[])[] = [
  [['||', 'or']],
  [['&&', 'and']],
  [
    ['==', 'equals'],
    ['!=', 'not-equals'],
  ],
  [
    ['>', 'greater'],
    ['>=', 'greaterOrEquals'],
  ],
];

class Parser {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  #at = 0;

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens;
    this.#file = file;
  }

  statements(): readonly Statement[] {
    const found: Statement[] = [];
    for (;;) {
      this.#lines();
      if (this.#token.kind === 'end') return found;
      found.push(this.#statement());
    }
  }

  get #token(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error(`${this.#file}: it ends too early`);
    return token;
  }

  #fail(wanted: string): never {
    const { value, line } = this.#token;
    throw new Error(`${this.#file}:${line}: ${wanted} was expected, not ${JSON.stringify(value)}`);
  }

  #is(value: string): boolean {
    const { kind, value: found } = this.#token;
    return (kind === 'sign' || kind === 'word') && found === value;
  }

  #take(value: string): boolean {
    if (!this.#is(value)) return false;
    this.#at += 1;
    return true;
  }

  #expect(value: string): void {
    if (!this.#take(value)) this.#fail(value);
  }

  #lines(): void {
    while (this.#token.kind === 'line') this.#at += 1;
  }

  #word(): string {
    const { kind, value } = this.#token;
    if (kind !== 'word') this.#fail('a name');
    this.#at += 1;
    return value;
  }

  #plainText(): string {
    const { kind, value, parts } = this.#token;
    if (kind !== 'text' || (parts ?? []).length > 0) this.#fail('a text');
    this.#at += 1;
    return value;
  }

  #statement(): Statement {
    const decorators: Decorator[] = [];
    while (this.#take('@')) {
      const name = this.#word();
      this.#expect('(');
      decorators.push({ name, args: this.#list(')') });
      this.#lines();
    }
    const keyword = this.#word();
    if (keyword === 'targetScope') {
      this.#expect('=');
      return { kind: 'targetScope', value: this.#plainText() };
    }
    const declared = { name: this.#word(), decorators };
    switch (keyword) {
      case 'param': {
        const type = this.#type();
        return this.#take('=')
          ? { kind: 'param', ...declared, type, value: this.expression() }
          : { kind: 'param', ...declared, type };
      }
      case 'var':
        this.#expect('=');
        return { kind: 'var', ...declared, value: this.expression() };
      case 'output': {
        const type = this.#type();
        this.#expect('=');
        return { kind: 'output', ...declared, type, value: this.expression() };
      }
      case 'resource': {
        const [type = '', apiVersion = ''] = this.#plainText().split('@');
        const existing = this.#take('existing');
        this.#expect('=');
        return { kind: 'resource', ...declared, type, apiVersion, existing, body: this.#body() };
      }
      case 'module': {
        const file = this.#plainText();
        this.#expect('=');
        return { kind: 'module', ...declared, file, body: this.#body() };
      }
      default:
        return this.#fail('param, var, resource, module or output');
    }
  }

  #type(): string {
    const type = this.#word();
    if (!this.#take('[')) return type;
    this.#expect(']');
    return 'array';
  }

  #body(): Body {
    if (this.#take('if')) {
      this.#expect('(');
      const condition = this.expression();
      this.#expect(')');
      return { fields: this.#fields(), condition };
    }
    if (!this.#take('[')) return { fields: this.#fields() };
    this.#expect('for');
    const item = this.#word();
    this.#expect('in');
    const list = this.expression();
    this.#expect(':');
    const fields = this.#fields();
    this.#expect(']');
    return { fields, loop: { item, list } };
  }

  #fields(): readonly Field[] {
    this.#expect('{');
    const fields: Field[] = [];
    for (;;) {
      this.#lines();
      if (this.#take('}')) return fields;
      const name: Expression =
        this.#token.kind === 'text' ? this.#text() : { kind: 'literal', value: this.#word() };
      this.#expect(':');
      fields.push({ name, value: this.expression() });
      this.#take(',');
    }
  }

  /** Expressions up to a closing sign; commas and line ends stand between them. */
  #list(close: string): readonly Expression[] {
    const items: Expression[] = [];
    for (;;) {
      this.#lines();
      if (this.#take(close)) return items;
      items.push(this.expression());
      this.#lines();
      this.#take(',');
    }
  }

  expression(): Expression {
    const condition = this.#binary(0);
    this.#continued('?');
    if (!this.#take('?')) return condition;
    const yes = this.expression();
    this.#continued(':');
    this.#expect(':');
    return { kind: 'operator', name: 'if', args: [condition, yes, this.expression()] };
  }

  /** Skips line ends before a sign that goes on with the expression of the line above. */
  #continued(sign: string): void {
    let next = this.#at;
    while (this.#tokens[next]?.kind === 'line') next += 1;
    if (this.#tokens[next]?.value === sign && this.#tokens[next]?.kind === 'sign') this.#at = next;
  }

  #binary(level: number): Expression {
    const here = operators[level];
    if (here === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const found = here.find(([sign]) => this.#is(sign));
      if (found === undefined) return left;
      this.#expect(found[0]);
      const args = [left, this.#binary(level + 1)];
      left =
        found[1] === 'not-equals'
          ? { kind: 'operator', name: 'not', args: [{ kind: 'operator', name: 'equals', args }] }
          : { kind: 'operator', name: found[1], args };
    }
  }

  #unary(): Expression {
    if (this.#take('!')) return { kind: 'operator', name: 'not', args: [this.#unary()] };
    let of = this.#primary();
    for (;;)
      if (this.#take('.')) of = { kind: 'member', of, name: this.#word() };
      else if (this.#take('[')) {
        of = { kind: 'index', of, at: this.expression() };
        this.#expect(']');
      } else return of;
  }

  #text(): Expression {
    const { texts = [], parts = [], line } = this.#token;
    this.#at += 1;
    if (parts.length === 0) return { kind: 'literal', value: texts[0] ?? '' };
    const inner = parts.map((part) =>
      new Parser(tokensOf(part, `${this.#file}:${line}`), this.#file).expression(),
    );
    return { kind: 'text', texts, parts: inner };
  }

  #primary(): Expression {
    const { kind, value } = this.#token;
    if (kind === 'text') return this.#text();
    if (kind === 'number') {
      this.#at += 1;
      return { kind: 'literal', value: Number(value) };
    }
    if (this.#take('(')) {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    if (this.#is('{')) return { kind: 'object', fields: this.#fields() };
    if (this.#take('[')) return { kind: 'array', items: this.#list(']') };
    const name = this.#word();
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'null') return { kind: 'literal', value: null };
    if (this.#take('(')) return { kind: 'call', name, args: this.#list(')') };
    return { kind: 'name', name };
  }
}
