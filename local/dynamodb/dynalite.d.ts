/** The parts of dynalite 4.0.0 that we use: grammar, checks and actions. It ships no types of its own. */
declare module 'dynalite/actions/*' {
  const action: import('./dynalite-store.ts').Action;
  export = action;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(input: object, types: object): object;
    checkValidations(input: object, types: object, custom: unknown, store: object): void;
  };
  export = validations;
}

declare module 'dynalite/validations/*' {
  const validation: import('./dynalite-store.ts').Validation;
  export = validation;
}
