/** What a program that we start is told by its environment (program-environment.mjs). */
export function programEnvironment(more?: Record<string, string>): Record<string, string>;
export function downloadEnvironment(more?: Record<string, string>): Record<string, string>;
