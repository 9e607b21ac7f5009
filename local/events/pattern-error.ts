/** An event pattern that EventBridge would refuse. The text tells the rule that was broken and repeats no value. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
