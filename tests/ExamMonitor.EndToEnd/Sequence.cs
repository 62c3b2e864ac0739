// Whole sites with deadlines of seconds: one at a time, and what one of them shows in the list of processes is its own.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
