export type Step = { name: string; seconds: number };

export class Plan {
  rounds: number = $state(3);
  seconds: number = $state(40);
  position = $state(0);
  steps: Step[] = $derived([
    { name: "Warm up", seconds: 60 },
    ...Array.from({ length: this.rounds }, (_, index): Step => ({ name: `Round ${index + 1}`, seconds: this.seconds })),
    { name: "Cool down", seconds: 90 },
  ]);
  get current(): Step {
    return this.steps[this.position] ?? this.steps[0]!;
  }
  skip = (): void => {
    this.position = (this.position + 1) % this.steps.length;
  };
}
