import { openLaptop } from './laptop.ts';

/** Started as a process by the kill test: prints its endpoint and waits to be killed. */
const laptop = await openLaptop({}, process.argv[2]);
console.log(laptop.endpoint);
