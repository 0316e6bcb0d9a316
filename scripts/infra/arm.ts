import path from 'node:path';
import { templateScope, type DeploymentScope } from './scope.ts';
import { deployments, fieldOf, Symbols, expressionText } from './symbols.ts';
import type { Body, Decorator, Expression, Field, Json, Statement } from './syntax.ts';

/** The files of a template, read. */
export interface TemplateFiles {
  readonly statements: (file: string) => readonly Statement[];
  readonly json: (file: string) => Json;
}

type TemplateJson = Readonly<Record<string, Json>>;

/**
 * The ARM template of a Bicep file, with its modules as nested deployments.
 * @param file Its path from `infra/`, as of everything that `sources` gives.
 */
export function armTemplate(file: string, sources: TemplateFiles): TemplateJson {
  const statements = sources.statements(file);
  const scope = templateScope(statements);
  const folder = path.posix.dirname(file);
  const load = (name: string): Json => sources.json(path.posix.join(folder, name));
  const symbols = new Symbols(statements, scope, load);
  const emit = new Emitter(symbols, scope, folder, sources);
  const parameters: Record<string, Json> = {};
  const variables: Record<string, Json> = {};
  const outputs: Record<string, Json> = {};
  for (const each of statements)
    if (each.kind === 'param') parameters[each.name] = emit.parameter(each);
    else if (each.kind === 'var') variables[each.name] = emit.value(each.value);
    else if (each.kind === 'output')
      outputs[each.name] = { type: each.type, value: emit.value(each.value) };
  const resources = statements.flatMap((each) =>
    each.kind === 'module' || (each.kind === 'resource' && !each.existing)
      ? [each.kind === 'module' ? emit.module(each) : emit.resource(each)]
      : [],
  );
  return {
    $schema: scope.schema,
    contentVersion: '1.0.0.0',
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(Object.keys(variables).length > 0 && { variables }),
    resources,
    ...(Object.keys(outputs).length > 0 && { outputs }),
  };
}

const special = new Set(['name', 'parent', 'scope', 'dependsOn']);

class Emitter {
  readonly #symbols: Symbols;
  readonly #scope: DeploymentScope;
  readonly #folder: string;
  readonly #sources: TemplateFiles;

  constructor(symbols: Symbols, scope: DeploymentScope, folder: string, sources: TemplateFiles) {
    this.#symbols = symbols;
    this.#scope = scope;
    this.#folder = folder;
    this.#sources = sources;
  }

  value(expression: Expression): Json {
    return this.#symbols.value(expression);
  }

  parameter({ type, value, decorators }: Extract<Statement, { kind: 'param' }>): Json {
    const given = (name: string): readonly Expression[] | undefined =>
      decorators.find((each: Decorator) => each.name === name)?.args;
    const first = (name: string): Expression | undefined => given(name)?.[0];
    const description = first('description');
    const allowed = first('allowed');
    const limits = ['minLength', 'maxLength', 'minValue', 'maxValue'].flatMap((name) => {
      const limit = first(name);
      return limit === undefined ? [] : [[name, this.value(limit)] as const];
    });
    return {
      type: given('secure') === undefined ? type : 'securestring',
      ...(value !== undefined && { defaultValue: this.value(value) }),
      ...(allowed !== undefined && { allowedValues: this.value(allowed) }),
      ...Object.fromEntries(limits),
      ...(description !== undefined && { metadata: { description: this.value(description) } }),
    };
  }

  resource(statement: Extract<Statement, { kind: 'resource' }>): Json {
    const { type, apiVersion, body } = statement;
    const resource = this.#symbols.resource(statement.name);
    return this.#symbols.within(body.loop, () => {
      const scope = fieldOf(body, 'scope');
      const rest = body.fields.filter(({ name }) => !special.has(expressionText(name)));
      return {
        ...this.#head(body, statement.name),
        type,
        apiVersion,
        name: this.#symbols.nameOf(resource),
        ...(scope?.kind === 'name' && { scope: `[${this.#symbols.idOf(scope.name)}]` }),
        ...this.#object(rest),
        ...this.#dependsOn(body, statement.name),
      };
    });
  }

  module({ name, file, body }: Extract<Statement, { kind: 'module' }>): Json {
    const from = path.posix.join(this.#folder, file);
    const template = armTemplate(from, this.#sources);
    return this.#symbols.within(body.loop, () => {
      const params = fieldOf(body, 'params');
      const fields = params?.kind === 'object' ? params.fields : [];
      const parameters: Record<string, Json> = {};
      for (const field of fields)
        parameters[expressionText(field.name)] = { value: this.value(field.value) };
      return {
        ...this.#head(body, name),
        type: deployments.type,
        apiVersion: deployments.apiVersion,
        name: this.#symbols.nameOf(this.#symbols.resource(name)),
        ...this.#target(fieldOf(body, 'scope')),
        properties: {
          expressionEvaluationOptions: { scope: 'inner' },
          mode: 'Incremental',
          parameters,
          template,
        },
        ...this.#dependsOn(body, name),
      };
    });
  }

  #head({ condition, loop }: Body, name: string): TemplateJson {
    return {
      ...(condition !== undefined && { condition: this.value(condition) }),
      ...(loop !== undefined && {
        copy: { name, count: `[length(${this.#symbols.expression(loop.list)})]` },
      }),
    };
  }

  #object(fields: readonly Field[]): TemplateJson {
    return Object.fromEntries(
      fields.map(({ name, value }) => [expressionText(name), this.value(value)]),
    );
  }

  #dependsOn(body: Body, own: string): TemplateJson {
    const ids = this.#symbols.mentionedIn(body).filter((name) => name !== own);
    // A loop is waited for as a whole, by its name.
    const waited = (name: string): string =>
      this.#symbols.resource(name).body.loop === undefined ? `[${this.#symbols.idOf(name)}]` : name;
    return ids.length === 0 ? {} : { dependsOn: ids.map(waited) };
  }

  /** Where a module is deployed to: a group of this template, or another subscription. */
  #target(scope: Expression | undefined): TemplateJson {
    if (scope === undefined)
      return this.#scope.name === 'resourceGroup' ? {} : { location: '[deployment().location]' };
    if (scope.kind === 'name')
      return { resourceGroup: this.#symbols.nameOf(this.#symbols.resource(scope.name)) };
    if (scope.kind === 'call' && scope.name === 'subscription' && scope.args[0] !== undefined)
      return { subscriptionId: this.value(scope.args[0]), location: '[deployment().location]' };
    throw new Error('a module is deployed to a resource group or to subscription(id)');
  }
}
