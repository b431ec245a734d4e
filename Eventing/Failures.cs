using System.Data.Common;
using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace DevPortal.Eventing;

/// <summary>Tells failures that pass by themselves (a server is away, a race was lost) from bugs and unreadable messages.</summary>
public static class Failures
{
    /// <summary>True if doing the same again later can succeed.</summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        DbException { IsTransient: true } or TimeoutException or SocketException or IOException or HttpRequestException => true,
        OperationCanceledException => true,
        OperationInterruptedException or BrokerUnreachableException or AlreadyClosedException => true,
        AggregateException many => many.InnerExceptions.All(MayPass),
        _ when Saving.IsLostRace(exception) => true,
        _ => exception.InnerException is { } inner && MayPass(inner),
    };
}
