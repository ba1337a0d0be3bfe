import { computed, reactive } from "vue";

export const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function useHabits(names) {
  const habits = reactive(names.map((name) => ({ name, done: new Set() })));
  const total = computed(() => habits.length * days.length);
  const done = computed(() => habits.reduce((sum, habit) => sum + habit.done.size, 0));
  function toggle(habit, day) {
    if (!habit.done.delete(day)) habit.done.add(day);
  }
  function add() {
    habits.push({ name: `Habit ${habits.length + 1}`, done: new Set() });
  }
  return { habits, total, done, toggle, add };
}
