export class Queue<T> {
	private items: T[] = [];

	push(item: T, priority?: number): number {
		if (priority !== undefined && priority < 0) throw new RangeError("negative");
		return this.items.push(item);
	}

	// prettier-ignore
	pop( ): T | undefined { return this.items.pop(); }
}

export function drain<T>(queue: Queue<T>, each: (item: T) => void): void {
	for (let item = queue.pop(); item !== undefined; item = queue.pop()) each(item);
}