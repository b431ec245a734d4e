using System.Text.Json.Serialization;

namespace DevPortal.LocalRun;

[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase
{
    Starting,
    Ready,
    Stopping,
}
