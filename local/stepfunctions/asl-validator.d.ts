declare module 'asl-validator' {
  interface Verdict {
    readonly isValid: boolean;
    readonly errors: readonly { readonly 'Error code': string; readonly Message: string }[];
  }
  /** Adds `QueryLanguage` to the states of the definition it is given. */
  const validate: (definition: unknown) => Verdict;
  export = validate;
}
