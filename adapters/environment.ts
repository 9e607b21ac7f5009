/** A task's environment, read once: all that is missing is listed at once, and the function fails at its cold start. */
export function readEnvironment<const Names extends string>(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly Names[],
): Readonly<Record<Names, string>> {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) throw new EnvironmentError(missing);
  return Object.fromEntries(names.map((name) => [name, environment[name] ?? ''])) as Record<Names, string>;
}

class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  constructor(missing: readonly string[]) {
    super(`Missing in the environment: ${missing.join(', ')}`);
  }
}
