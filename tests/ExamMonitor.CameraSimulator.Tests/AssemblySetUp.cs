// These tests mostly wait for streams that run in real time, so more of them run at once than there are cores.
[assembly: Xunit.v3.Parallelization(MaxThreads = 8)]
