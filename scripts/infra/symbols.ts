import type { DeploymentScope } from './scope.ts';
import type { Body, Expression, Json, Statement } from './syntax.ts';

type ResourceStatement = Extract<Statement, { kind: 'resource' | 'module' }>;

/** What a module becomes. */
export const deployments = {
  type: 'Microsoft.Resources/deployments',
  apiVersion: '2022-09-01',
} as const;

/** A resource or module by the name that the file has for it. */
export interface Resource {
  readonly type: string;
  readonly apiVersion: string;
  readonly isModule: boolean;
  readonly existing: boolean;
  readonly body: Body;
}

/** What the names in a file stand for, and expressions over them as ARM writes them. */
export class Symbols {
  readonly #scope: DeploymentScope;
  readonly #parameters = new Set<string>();
  readonly #variables = new Set<string>();
  readonly #resources = new Map<string, Resource>();
  readonly #items = new Map<string, Expression>();

  readonly #load: (file: string) => Json;

  constructor(
    statements: readonly Statement[],
    scope: DeploymentScope,
    load: (file: string) => Json,
  ) {
    this.#scope = scope;
    this.#load = load;
    for (const each of statements)
      if (each.kind === 'param') this.#parameters.add(each.name);
      else if (each.kind === 'var') this.#variables.add(each.name);
      else if (each.kind === 'resource' || each.kind === 'module')
        this.#resources.set(each.name, resourceOf(each));
  }

  resource(name: string): Resource {
    const found = this.#resources.get(name);
    if (found === undefined) throw new Error(`there is no resource ${name}`);
    return found;
  }

  /** Gives `emit` the loop's item; without a loop, nothing. */
  within<T>(loop: Body['loop'], emit: () => T): T {
    if (loop === undefined) return emit();
    this.#items.set(loop.item, loop.list);
    try {
      return emit();
    } finally {
      this.#items.delete(loop.item);
    }
  }

  /** A value as it stands in a template: structure as JSON, everything else as text in brackets. */
  value(expression: Expression): Json {
    switch (expression.kind) {
      case 'literal': {
        const { value } = expression;
        return typeof value === 'string' && value.startsWith('[') ? `[${value}` : value;
      }
      case 'object':
        return Object.fromEntries(
          expression.fields.map(({ name, value }) => [this.#key(name), this.value(value)]),
        );
      case 'array':
        return expression.items.map((item) => this.value(item));
      case 'call':
        if (expression.name === 'loadJsonContent')
          return this.#load(expressionText(expression.args[0] ?? expression));
        return `[${this.expression(expression)}]`;
      case 'text':
      case 'name':
      case 'member':
      case 'index':
      case 'operator':
        return `[${this.expression(expression)}]`;
    }
  }

  #key(name: Expression): string {
    return name.kind === 'literal' ? expressionText(name) : `[${this.expression(name)}]`;
  }

  expression(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return literal(expression.value);
      case 'text':
        return this.#format(expression.texts, expression.parts);
      case 'name':
        return this.#named(expression.name);
      case 'call':
      case 'operator':
        if (expression.name === 'loadJsonContent')
          throw new Error('loadJsonContent stands alone, as the value of a variable');
        return `${expression.name}(${expression.args.map((each) => this.expression(each)).join(', ')})`;
      case 'index':
        return `${this.expression(expression.of)}[${this.expression(expression.at)}]`;
      case 'member':
        return this.#member(expression.of, expression.name);
      case 'object': {
        const fields = expression.fields.flatMap(({ name, value }) => [name, value]);
        return `createObject(${fields.map((each) => this.expression(each)).join(', ')})`;
      }
      case 'array':
        return `createArray(${expression.items.map((each) => this.expression(each)).join(', ')})`;
    }
  }

  #format(texts: readonly string[], parts: readonly Expression[]): string {
    const pattern = texts
      .map((text, index) => {
        const plain = text.replaceAll('{', '{{').replaceAll('}', '}}');
        return index < parts.length ? `${plain}{${index}}` : plain;
      })
      .join('');
    return `format(${[literal(pattern), ...parts.map((each) => this.expression(each))].join(', ')})`;
  }

  #named(name: string): string {
    const list = this.#items.get(name);
    if (list !== undefined) return `${this.expression(list)}[copyIndex()]`;
    if (this.#parameters.has(name)) return `parameters('${name}')`;
    if (this.#variables.has(name)) return `variables('${name}')`;
    throw new Error(`${name} is declared nowhere, or stands where only its id or name may`);
  }

  #member(of: Expression, name: string): string {
    if (of.kind === 'name' && this.#resources.has(of.name)) {
      const resource = this.resource(of.name);
      if (name === 'id') return this.idOf(of.name);
      if (name === 'name') return this.expression(nameField(resource));
      if (name === 'properties' && !resource.isModule)
        return `reference(${this.idOf(of.name)}, '${resource.apiVersion}')`;
      throw new Error(`${of.name}.${name} is not known here`);
    }
    if (of.kind === 'member' && of.name === 'outputs' && of.of.kind === 'name') {
      const { isModule, apiVersion } = this.resource(of.of.name);
      if (isModule)
        return `reference(${this.idOf(of.of.name)}, '${apiVersion}').outputs.${name}.value`;
    }
    return `${this.expression(of)}.${name}`;
  }

  /** The call that gives the id of a resource of this file. */
  idOf(name: string): string {
    const resource = this.resource(name);
    const names = this.#segments(resource);
    const target = fieldOf(resource.body, 'scope');
    if (resource.isModule && target?.kind === 'name') {
      const group = `format('/subscriptions/{0}/resourceGroups/{1}', subscription().subscriptionId, ${this.#segments(this.resource(target.name)).join('')})`;
      return `extensionResourceId(${[group, literal(resource.type), ...names].join(', ')})`;
    }
    return this.#scope.id(resource.type, names);
  }

  /** The name as ARM wants it: with the names of its parents before it. */
  nameOf(resource: Resource): Json {
    const parent = fieldOf(resource.body, 'parent');
    if (parent === undefined) return this.value(nameField(resource));
    const names = this.#segments(resource);
    const pattern = names.map((_, index) => `{${index}}`).join('/');
    return `[format('${pattern}', ${names.join(', ')})]`;
  }

  #segments(resource: Resource): readonly string[] {
    const parent = fieldOf(resource.body, 'parent');
    const above = parent?.kind === 'name' ? this.#segments(this.resource(parent.name)) : [];
    return [...above, this.expression(nameField(resource))];
  }

  /** Names of the resources that a body speaks of, and that this template makes. */
  mentionedIn({ fields, condition, loop }: Body): readonly string[] {
    const found = new Set<string>();
    const visit = (each: Expression): void => {
      if (each.kind === 'name' && this.#resources.get(each.name)?.existing === false)
        found.add(each.name);
      for (const inner of childrenOf(each)) visit(inner);
    };
    for (const { value } of fields) visit(value);
    if (condition !== undefined) visit(condition);
    if (loop !== undefined) visit(loop.list);
    return [...found];
  }
}

function resourceOf(statement: ResourceStatement): Resource {
  const { body } = statement;
  if (statement.kind === 'module')
    return {
      ...deployments,
      isModule: true,
      existing: false,
      body,
    };
  const { type, apiVersion, existing } = statement;
  return { type, apiVersion, existing, isModule: false, body };
}

function nameField({ body, type }: Resource): Expression {
  const name = fieldOf(body, 'name');
  if (name === undefined) throw new Error(`a resource of type ${type} has no name`);
  return name;
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'text':
      return expression.parts;
    case 'call':
    case 'operator':
      return expression.args;
    case 'member':
      return [expression.of];
    case 'index':
      return [expression.of, expression.at];
    case 'object':
      return expression.fields.flatMap(({ name, value }) => [name, value]);
    case 'array':
      return expression.items;
    case 'literal':
    case 'name':
      return [];
  }
}

function literal(value: string | number | boolean | null): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return typeof value === 'number' ? String(value) : `${String(value)}()`;
}

/** The value of a field by its name, which has to be plain text. */
export function fieldOf({ fields }: Pick<Body, 'fields'>, wanted: string): Expression | undefined {
  return fields.find(({ name }) => expressionText(name) === wanted)?.value;
}

/** @throws Error for anything but a plain text. */
export function expressionText(expression: Expression): string {
  if (expression.kind === 'literal' && typeof expression.value === 'string')
    return expression.value;
  throw new Error('a plain text was expected');
}
