return await ExamMonitor.CameraSimulator.SimulatorCommand.RunAsync(args).ConfigureAwait(false);
