import fc from 'fast-check';

// A change is judged by the same cases every time; `TRIBUTARY_SEED=<n>` or `random` looks for new ones.
const wanted = process.env['TRIBUTARY_SEED'] ?? '20261121';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
