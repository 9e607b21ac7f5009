/**
 * Version of the mapping as a whole; it rises with every change of a table or of the engine that changes what a message
 * states, so that the same message under a newer mapping outranks itself (SEMANTICS 2.4).
 */
export const MAPPING_VERSION = 2;
