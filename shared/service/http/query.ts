/** Values of a parameter, given several times or with commas between; `undefined` = it is not given. */
export function valuesOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const given = query
    .getAll(name)
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return given.length === 0 ? undefined : given;
}
