/**
 * How often, at least, each thing must be seen in a thousand seeds. About half of what is seen, so that chance does not break
 * it, but a change that makes the simulator blind does. Runs too short to tell are not held to it.
 */
const A_THOUSAND_SEEDS: Readonly<Record<string, number>> = {};

const SEEDS_MIN = 500;

/** A sentence for each thing seen too seldom. */
export function missing(coverage: Readonly<Record<string, number>>, seeds: number): readonly string[] {
  if (seeds < SEEDS_MIN) return [];
  return Object.entries(A_THOUSAND_SEEDS).flatMap(([what, floor]) => {
    const wanted = Math.floor((floor * seeds) / 1000);
    const seen = coverage[what] ?? 0;
    return seen >= wanted ? [] : [`"${what}" was seen ${seen} times, at least ${wanted} were expected`];
  });
}
