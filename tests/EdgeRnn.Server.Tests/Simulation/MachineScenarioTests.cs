using EdgeRnn.Cli.Simulation;

namespace EdgeRnn.Server.Tests.Simulation;

public sealed class MachineScenarioTests
{
    [Fact]
    public void Tour_ThreeSeconds_HasEveryStateOnceNormalFirst()
    {
        MachineEpisode[] episodes = MachineScenario.Tour(TimeSpan.FromSeconds(3)).ToArray();

        Assert.Equal(MachineStates.All, episodes.Select(episode => episode.State));
        Assert.Equal(MachineState.Normal, episodes[0].State);
        Assert.All(episodes, episode => Assert.Equal(150, episode.Frames));
    }

    [Fact]
    public void Random_AnySeed_StartsNormalAndAlwaysChanges()
    {
        foreach (ulong seed in new ulong[] { 0, 1, 12345, ulong.MaxValue })
        {
            MachineEpisode[] episodes = MachineScenario.Random(seed).Take(400).ToArray();
            Assert.Equal(MachineState.Normal, episodes[0].State);
            Assert.All(episodes, episode => Assert.InRange(episode.Frames, 75, 300));
            Assert.All(episodes.Zip(episodes.Skip(1)), pair => Assert.NotEqual(pair.First.State, pair.Second.State));
            Assert.All(MachineStates.All, state => Assert.InRange(episodes.Count(episode => episode.State == state), 40, 120));
            Assert.Equal(episodes, MachineScenario.Random(seed).Take(400));
        }
    }

    [Fact]
    public void Simulate_EndlessScenario_EndsAtTheGivenFrame()
    {
        var recording = MachineRecording.Simulate(9, 333);

        Assert.Equal(333, recording.Count);
        Assert.Equal(333 * MachineSimulator.FrameSize, recording.Frames.Length);
        Assert.Equal(MachineScenario.Random(9).SelectMany(e => Enumerable.Repeat(e.State, e.Frames)).Take(333), recording.States);
    }

    [Fact]
    public void Simulate_ShortScenario_EndsWithIt()
    {
        var recording = MachineRecording.Simulate(9, 333, MachineScenario.Tour(TimeSpan.FromSeconds(0.14)));

        Assert.Equal(5 * 7, recording.Count);
        Assert.Equal(5 * 7 * MachineSimulator.FrameSize, recording.Frames.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Simulate_NoFrames_Throws(int frames) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MachineRecording.Simulate(1, frames));
}
